import assert from 'node:assert/strict';
import { dateWords, personsLocale } from '../../../src/webview/dates';

/** Two in the afternoon, local time. */
const AFTERNOON = new Date(2020, 6, 8, 14, 5).getTime();

const clock = (display: string, ...systems: (string | undefined)[]): string =>
  dateWords(personsLocale(display, systems)).time(AFTERNOON).replace(/\s/g, ' ');

describe('dates', () => {
  it('are in the language that was chosen, with its clock', () => {
    assert.equal(personsLocale('de', ['en-us', 'en-US']), 'de');
    assert.equal(clock('de', 'en-us'), '14:05');
    assert.equal(personsLocale('pt-br', ['de-de']), 'pt-br');
  });

  it("are in English words with the calendar and clock of the person's system where nobody chose", () => {
    assert.equal(clock('en', 'en-us'), '2:05 PM');
    assert.equal(clock('en', 'en-gb', 'en-US'), '14:05');
    assert.equal(clock('en', undefined, 'de-DE'), '14:05');
    assert.equal(clock('en', 'fr-fr'), '14:05');
    assert.match(dateWords(personsLocale('en', ['de-de'])).day(AFTERNOON), /^Wednesday,? 8 July 2020$/);
    assert.match(dateWords(personsLocale('en', ['fr-fr'])).day(AFTERNOON), /^Wednesday/);
  });

  it('are those of English where nothing is known', () => {
    for (const systems of [[], [undefined], ['en'], ['de'], ['C'], ['not a locale'], ['qps-ploc']]) {
      assert.equal(personsLocale('en', systems), 'en');
    }
    assert.equal(clock('no locale at all'), clock('', 'de-DE'));
  });

  it('leave out the half of the day where there is no room for it', () => {
    assert.equal(dateWords('en-US').hours(AFTERNOON), '2:05');
    assert.equal(dateWords('de').hours(AFTERNOON), '14:05');
  });

  it('say nothing of what is no date', () => {
    for (const no of [NaN, Infinity, 9e15]) {
      const { time, hours, day, full, iso } = dateWords('en');
      assert.deepEqual([time(no), hours(no), day(no), full(no), iso(no)], ['', '', '', '', '']);
    }
  });
});
