/** The page's first lines: what is rendered where. */
import { render } from 'preact';

const root = document.getElementById('studio');
if (root !== null) render(<main>ftuseg studio</main>, root);
