/** @ftuseg/static: where the files of the studio's page lie that works without a server. The files are built from the studio's sources; this package only carries them. */
import { fileURLToPath } from 'node:url';

/**
 * The folder with `index.html` and `assets/`. Any web server can offer a copy of it; `ftu studio --static OUT` makes one with models beside it.
 * @example
 * await cp(staticFiles, 'public/studio', { recursive: true });
 */
export const staticFiles: string = fileURLToPath(new URL('../files', import.meta.url));
