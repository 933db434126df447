/**
 * Writes `ftu` into bundle/: the code of its commands, its workers and their libraries as a hundred files instead of a thousand. Node takes half
 * a millisecond for each file that it imports. Addons, data and child programs stay in their packages: `import.meta.url` is
 * kept as the address that the file has there. To be run after the compiler.
 */
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const packages = fileURLToPath(new URL('../..', import.meta.url));
const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'bundle');
const unfinished = join(root, `bundle-${process.pid}`);

/** An address of its own in a file; `new URL('../../dist/loader/worker.js', import.meta.url)` names a thread's program, from `src/` and `dist/` alike. */
const OWN = /new URL\('((?:\.\.\/)+dist\/[^']+\.js)', import\.meta\.url\)|import\.meta\.url/g;

const addresses = {
  name: 'addresses',
  transform(code, id) {
    if (!id.startsWith(packages) || !code.includes('import.meta.url')) return undefined;
    const [name, ...path] = id.slice(packages.length).split(sep);
    const address = `new URL('${path.join('/')}', import.meta.resolve('@ftuseg/${name}/package.json')).href`;
    const text = code.replaceAll(OWN, (_, file) => {
      if (file === undefined) return `(${address})`;
      const program = join(dirname(id), file);
      const worker = relative(packages, program).replaceAll(sep, '-').replace('-dist', '').replace(/\.js$/, '');
      this.emitFile({ type: 'chunk', id: program, fileName: `${worker}.js` });
      return `new URL('${worker}.js', import.meta.url)`;
    });
    return { code: text, map: null };
  },
};

/** Licence of a library, as its folder has it. */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), 'utf8').trim();
  return `${name} ${version}\n\n${text}\n`;
}

try {
  const bundle = await rolldown({ input: join(root, 'dist/main.js'), platform: 'node', plugins: [addresses] });
  const { output } = await bundle.write({ dir: unfinished, format: 'esm', chunkFileNames: '[name]-[hash].js' });
  await bundle.close();
  const libraries = output
    .flatMap(({ moduleIds }) => moduleIds ?? [])
    .flatMap((id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.split(sep).join('/')) ?? []);
  writeFileSync(
    join(unfinished, 'LICENCES.txt'),
    [...new Set(libraries)]
      .sort()
      .map(licenceOf)
      .join(`\n${'-'.repeat(80)}\n\n`),
  );
  rmSync(out, { recursive: true, force: true });
  renameSync(unfinished, out);
} finally {
  rmSync(unfinished, { recursive: true, force: true });
}
