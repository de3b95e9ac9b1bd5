import assert from 'node:assert/strict';
import { TierPrinter } from '../../support/tierPrinter';

function heading(name: string): string {
  return `\n── ${name} ${'─'.repeat(60 - name.length)}`;
}

describe('TierPrinter', () => {
  it('shows the first tier live and keeps the others back until it has ended', () => {
    const lines: string[] = [];
    const printer = new TierPrinter(['lint', 'unit'], (line) => lines.push(line));
    printer.write('unit', 'early\n');
    printer.write('lint', 'one\n');
    assert.deepEqual(lines, [heading('lint'), 'one']);
    printer.end('lint');
    assert.deepEqual(lines, [heading('lint'), 'one', heading('unit'), 'early']);
  });

  it('shows a tier that ended out of turn as a whole', () => {
    const lines: string[] = [];
    const printer = new TierPrinter(['lint', 'unit'], (line) => lines.push(line));
    printer.write('unit', 'all of it');
    printer.end('unit');
    printer.write('lint', 'one');
    printer.end('lint');
    assert.deepEqual(lines, [heading('lint'), 'one', heading('unit'), 'all of it']);
  });

  it('prints whole lines only', () => {
    const lines: string[] = [];
    const printer = new TierPrinter(['lint'], (line) => lines.push(line));
    printer.write('lint', 'ha');
    printer.write('lint', 'lf\nrest');
    assert.deepEqual(lines, [heading('lint'), 'half']);
    printer.end('lint');
    assert.deepEqual(lines, [heading('lint'), 'half', 'rest']);
  });
});
