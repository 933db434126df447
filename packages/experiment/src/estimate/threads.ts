/** How many threads work has where nobody said. */
import { availableParallelism } from 'node:os';

export const threadsOf = ({ threads }: { readonly threads: number | undefined }): number =>
  threads ?? availableParallelism();
