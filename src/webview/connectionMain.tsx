import { render } from 'preact';
import { Channel } from '../protocol/channel';
import {
  connectionNoticeGuards,
  type ConnectionHostNotices,
  type ConnectionReport,
  type ConnectionRequests,
} from '../protocol/connectionReport';
import { ConnectionPage } from './connectionPage';
import { connectToHost } from './hostBridge';

const root = document.getElementById('app');
if (root === null) throw new Error('The page has no element with the id "app".');

const bridge = connectToHost();
const show = (report: ConnectionReport): void => {
  render(<ConnectionPage report={report} onCopy={() => channel.request('copy', undefined)} />, root);
};
const channel = new Channel<ConnectionRequests, object, Record<string, never>, ConnectionHostNotices>(
  (message) => {
    bridge.post(message);
  },
  {
    requestGuards: {},
    noticeGuards: connectionNoticeGuards,
    onRequest: {},
    onNotice: { report: show },
    onRefused: (why) => {
      console.warn(`Chapi: not understood: ${why}`);
    },
  },
);
bridge.listen((message) => {
  channel.receive(message);
});
void channel.request('ready', undefined).then(show, (error: unknown) => {
  root.textContent = error instanceof Error ? error.message : 'unknown error';
});
