/** How many threads work has where nobody said. */
import { usableThreads } from '@ftuseg/files';

export const threadsOf = ({ threads }: { readonly threads: number | undefined }): number => threads ?? usableThreads();
