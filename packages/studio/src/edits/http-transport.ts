/** Edits over HTTP, as `protocol/routes.ts` has it; the page and scripts use it. */
import { z } from 'zod';
import { editSchema } from '../protocol/edits.js';
import { routes } from '../protocol/routes.js';
import type { EditTransport, SendResult } from './transport.js';

const loggedSchema = z.object({ revision: z.number(), time: z.number(), edit: editSchema });
const fetchedSchema = z.object({ revision: z.number(), edits: z.array(loggedSchema) });
const conflictSchema = z.object({ revision: z.number(), missed: z.array(loggedSchema) });
const acceptedSchema = z.object({ revision: z.number() });
const problemSchema = z.object({ problem: z.string(), hint: z.string().optional() });

/**
 * @param ask `fetch`, or what stands for it: of an address of the server and what `fetch` takes
 * @returns a transport; what is no answer of the server, such as a proxy's, counts as none
 */
export function httpTransport(
  slide: string,
  ask: (address: string, init?: RequestInit) => Promise<Response>,
): EditTransport {
  const address = routes.edits(slide);
  return {
    fetch: async (after) => {
      const response = await ask(`${address}?after=${after}`);
      if (!response.ok) throw new Error(await problemOf(response));
      return fetchedSchema.parse(await response.json());
    },
    send: async (edit, ifMatch): Promise<SendResult> => {
      const response = await ask(address, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'If-Match': `"${ifMatch}"` },
        body: JSON.stringify(edit),
      });
      if (response.status === 201) return { kind: 'accepted', ...acceptedSchema.parse(await response.json()) };
      if (response.status === 412) return { kind: 'conflict', conflict: conflictSchema.parse(await response.json()) };
      return { kind: 'refused', problem: problemSchema.parse(await response.json()) };
    },
  };
}

async function problemOf(response: Response): Promise<string> {
  const parsed = problemSchema.safeParse(await response.json().catch(() => undefined));
  return parsed.success ? parsed.data.problem : `the server answers ${response.status}`;
}
