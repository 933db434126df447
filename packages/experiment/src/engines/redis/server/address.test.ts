import { describe, expect, it } from 'vitest';
import { PASSWORD_VARIABLE, readQueueAddress } from './address.js';

describe('the address of a queue', () => {
  it('has host, port, database, user and password, and is shown without the last two', () => {
    expect(readQueueAddress('rediss://joe:p%40ss@lab:6380/2', {})).toEqual({
      host: 'lab',
      port: 6380,
      database: 2,
      tls: true,
      user: 'joe',
      password: 'p@ss',
      shown: 'rediss://lab:6380/2',
    });
    expect(readQueueAddress('redis://[::1]', {})).toMatchObject({
      host: '::1',
      port: 6379,
      shown: 'redis://[::1]:6379',
    });
  });

  it('takes the password from a variable where it has none', () => {
    const env = { [PASSWORD_VARIABLE]: 'hush' };
    expect(readQueueAddress('redis://lab', env).password).toBe('hush');
    expect(readQueueAddress('redis://:own@lab', env).password).toBe('own');
    expect(readQueueAddress('redis://lab', { [PASSWORD_VARIABLE]: '' }).password).toBeUndefined();
  });

  it.each([
    ['http://lab:6379', 'does not begin with redis://'],
    ['redis://', 'cannot be read|names no host'],
    ['redis://lab:99999', 'cannot be read'],
    ['redis://lab/queue', 'number of a database'],
    ['redis://lab?db=2', 'after \\? or #'],
    ['redis://joe:secret%@lab', 'has a %'],
  ])('refuses %s without repeating it', (text, problem) => {
    const read = (): unknown => readQueueAddress(text, {});
    expect(read).toThrow(new RegExp(problem));
    expect(read).not.toThrow(/secret/);
  });
});
