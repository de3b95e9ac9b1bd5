import assert from 'node:assert/strict';
import { checkBaseUrl } from '../../../src/chapi/baseUrl';

describe('base address', () => {
  it('takes https anywhere and http to this machine', () => {
    const good: Record<string, string> = {
      'https://api.8x8.com/chat/api/chat/v1': 'https://api.8x8.com/chat/api/chat/v1',
      ' https://api.8x8.com/chat/ ': 'https://api.8x8.com/chat',
      'http://127.0.0.1:8080/v1?x=1#y': 'http://127.0.0.1:8080/v1',
      'http://[::1]:80/': 'http://[::1]',
      'http://localhost:3000': 'http://localhost:3000',
      'http://127.8.9.1': 'http://127.8.9.1',
    };
    for (const [text, url] of Object.entries(good)) assert.deepEqual(checkBaseUrl(text), { ok: true, url }, text);
  });

  it('refuses everything else, with the reason', () => {
    const bad: Record<string, string> = {
      '': 'notAnAddress',
      'api.8x8.com': 'notAnAddress',
      'ftp://127.0.0.1': 'notAnAddress',
      'javascript:alert(1)': 'notAnAddress',
      'file:///etc/passwd': 'notAnAddress',
      'http://api.8x8.com/chat': 'notSecure',
      'http://127.0.0.1.example.com': 'notSecure',
      'http://localhost.example.com': 'notSecure',
      'http://0.0.0.0': 'notSecure',
      'http://192.168.0.1': 'notSecure',
      'https://user:word@api.8x8.com': 'hasCredentials',
    };
    for (const [text, reason] of Object.entries(bad)) assert.deepEqual(checkBaseUrl(text), { ok: false, reason }, text);
  });
});
