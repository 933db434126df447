/**
 * After everything is loaded the page refuses every connection, for good: policies of a page can only become stricter, and workers made of `blob:` addresses
 * inherit them.
 */

const POLICY = [
  "default-src 'none'",
  "connect-src 'none'",
  // Workers are in the page's script already; WebAssembly comes as bytes.
  'worker-src blob:',
  "script-src blob: 'wasm-unsafe-eval'",
  // Of what the page itself draws.
  'img-src blob: data:',
  "style-src 'unsafe-inline'",
  "form-action 'none'",
  "base-uri 'none'",
].join('; ');

export const LOCKED =
  'This page is loaded. From now on your browser refuses every connection that the page might open: your slides stay on this computer.';

/** @throws {Error} if a connection is possible all the same */
export async function lockPage(document: Document): Promise<void> {
  const meta = document.createElement('meta');
  meta.httpEquiv = 'Content-Security-Policy';
  meta.content = POLICY;
  document.head.append(meta);
  // Said only where it is true.
  const isOpen = await fetch(new URL('models.json', document.baseURI)).then(
    () => true,
    () => false,
  );
  if (isOpen) throw new Error('This browser does not let a page refuse connections; use another one.');
}
