import { expect, it } from 'vitest';
import { HOST_VARIABLE, TOKEN_VARIABLE, tokenFor, tokenHint } from './token.js';

const ADDRESS = 'http://pacs.example.org:8042/studies/1';

it.each([
  [undefined, undefined, /^set FTUSEG_DICOMWEB_TOKEN to a valid token/],
  ['secret', 'pacs.example.org:8042', /^set FTUSEG_DICOMWEB_TOKEN to a valid token/],
  ['secret', 'PACS.example.org:8042', /^set FTUSEG_DICOMWEB_TOKEN to a valid token/],
  [
    'secret',
    'pacs.example.org',
    /^no token was sent, since .*HOST is pacs.example.org: set it to pacs.example.org:8042/,
  ],
])('says what to do where access is refused: token %s for %s', (token, host, says) => {
  const env = { [TOKEN_VARIABLE]: token, [HOST_VARIABLE]: host };
  const hint = tokenHint(ADDRESS, env);
  expect(hint).toMatch(says);
  expect(hint).not.toContain('secret');
  expect(tokenFor('pacs.example.org:8042', env)).toBe(hint.startsWith('no token') ? undefined : token);
});
