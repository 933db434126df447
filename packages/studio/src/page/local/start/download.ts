/** Fetches a file of the page's folder while it may, and tells how far it is. */

/** @param progress octets so far @throws {Error} with a sentence */
export async function download(
  address: string | URL,
  progress: (bytes: number) => void,
): Promise<Uint8Array<ArrayBuffer>> {
  const response = await fetch(address).catch((error: unknown) => {
    throw new Error(`${name(address)} could not be loaded: the server does not answer. Reload the page.`, {
      cause: error,
    });
  });
  if (!response.ok || response.body === null) {
    throw new Error(
      `${name(address)} could not be loaded: the server answered ${response.status}. Is the folder whole?`,
    );
  }
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    bytes += next.value.length;
    progress(bytes);
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

const name = (address: string | URL): string => String(address).split('/').at(-1) ?? String(address);
