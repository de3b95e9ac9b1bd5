import assert from 'node:assert/strict';
import { readActivationTime } from '../../bench/startupPerformance';

const page = `## Extension Activation Stats
| Extension              | Eager | Load Code | Call Activate | Finish Activate | Event             | By                     |
| ---------------------- | ----- | --------- | ------------- | --------------- | ----------------- | ---------------------- |
| vscode.git-base        | true  | 12        | 1             | 1               | *                 | vscode.git-base        |
| chapi.chapi-chat       | false | 34        | 5             | 6               | onStartupFinished | chapi.chapi-chat       |
`;

describe('readActivationTime', () => {
  it('reads the times of one extension by the names of the columns', () => {
    assert.deepEqual(readActivationTime(page, 'chapi.chapi-chat'), { loadCode: 34, callActivate: 5 });
  });

  it('says so when the extension has not been activated', () => {
    assert.throws(() => readActivationTime(page, 'chapi-bench.empty'), /no times for chapi-bench\.empty/);
  });
});
