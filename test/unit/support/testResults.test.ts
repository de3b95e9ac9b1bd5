import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { temporaryFolder } from '../../support/cleanup';
import { readResults, writeResults } from '../../support/testResults';

describe('test results', () => {
  const { folder, remove } = temporaryFolder('results');
  after(remove);

  it('come back as they were written', () => {
    const file = path.join(folder, 'results.json');
    const results = { passed: 2, failed: 1, skipped: 0, failures: [{ title: 'a', message: 'b' }] };
    assert.equal(readResults(file), undefined);
    writeResults(file, results);
    assert.deepEqual(readResults(file), results);
  });

  it('are refused when the file holds something else', () => {
    const file = path.join(folder, 'other.json');
    writeFileSync(file, '{"passed": "all"}');
    assert.throws(() => readResults(file), /holds no test results/);
  });
});
