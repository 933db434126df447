/** On which address of this host the others reach it: that of the interface from which packets to them would leave. */
import { createSocket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { FtuError } from '@ftuseg/core';

/** Connecting a socket of UDP sends nothing: it only asks the system for a route. */
function routeTo(address: string, family: number): Promise<string> {
  const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
  return new Promise<string>((resolve, reject) => {
    socket.once('error', reject);
    socket.connect(9, address, () => resolve(socket.address().address));
  }).finally(() => socket.close());
}

/**
 * @param host a name or an address
 * @throws FtuError 'unavailable' where the host has no address, or no interface leads there
 * @example
 * await ownAddress('10.0.0.1'); // '10.0.0.7'
 */
export async function ownAddress(host: string): Promise<string> {
  try {
    const { address, family } = await lookup(host);
    return await routeTo(address, family);
  } catch (cause) {
    throw new FtuError('unavailable', `no network interface of this host leads to ${host}`, {
      subject: 'MASTER_ADDR',
      hint: 'set MASTER_ADDR to an address of the host of rank 0 that all hosts reach',
      cause,
    });
  }
}

export const isLoopback = (address: string): boolean => address.startsWith('127.') || address === '::1';
