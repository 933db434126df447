/** Requests to the server: an answer, or one sentence on why there is none. */
import type { ApiProblem } from '../../protocol/routes.js';
import { BackendError } from './backend.js';

export const UNREACHABLE = 'The studio does not answer. It may have been stopped: start `ftu studio` again.';
const SIGNED_OUT = 'This window is not signed in. Open the address that `ftu studio` printed.';

/** "the file is cut off" as a page says it. */
export const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;

export const sentences = ({ problem, hint }: ApiProblem): string =>
  hint === undefined ? sentence(problem) : `${sentence(problem)} ${sentence(hint)}`;

/** The first look at an answer that is not what was hoped for. */
const problemOf = async (response: Response): Promise<string> => {
  try {
    const answer: Partial<ApiProblem> = await response.json();
    if (typeof answer.problem === 'string') {
      return [answer.problem, answer.hint]
        .filter((part) => part !== undefined)
        .map(sentence)
        .join(' ');
    }
  } catch {
    // No JSON: a proxy or a crash wrote it.
  }
  return `The studio answered ${response.status} ${response.statusText}`.trim();
};

export type Request = (path: string, options?: RequestInit) => Promise<Response>;

export interface RequestOptions {
  /** Before every path, such as of a folder of a web server. */
  readonly base?: string | undefined;
  readonly fetch?: typeof fetch | undefined;
  /** Told of every answer and of every silence. */
  readonly heard?: ((reached: boolean) => void) | undefined;
}

/** @returns a `fetch` below the base, which tells whether the server answers and throws {@link BackendError} if it does not */
export const createAsk =
  ({ base = '', fetch: ask = fetch, heard }: RequestOptions): Request =>
  async (path, options) => {
    try {
      const response = await ask(`${base}${path}`, { credentials: 'same-origin', ...options });
      heard?.(true);
      return response;
    } catch (error) {
      // A request that the page itself gave up says nothing about the server.
      if (options?.signal?.aborted === true) throw error;
      heard?.(false);
      throw new BackendError(UNREACHABLE, 'unreachable');
    }
  };

/** @returns what throws {@link BackendError} for whatever is no success */
export const createRequest =
  (ask: Request): Request =>
  async (path, options) => {
    const response = await ask(path, options);
    if (response.ok) return response;
    if (response.status === 401) throw new BackendError(SIGNED_OUT, 'signed-out', 401);
    throw new BackendError(await problemOf(response), 'refused', response.status);
  };
