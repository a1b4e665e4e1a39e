import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(js|css|html|svg|json)$/;
const LEAST_BYTES = 1024;
const brotli = promisify(brotliCompress);
const gz = promisify(gzip);

/** Writes a .br and a .gz beside every text file of the build, at the highest level: once here, instead of per request. */
export function precompress(): Plugin {
  let folder = '';
  return {
    name: 'isthmus:precompress',
    apply: 'build',
    configResolved: (config) => {
      folder = join(config.root, config.build.outDir);
    },
    async closeBundle() {
      const files = (await readdir(folder, { recursive: true })).filter((f) => TEXT.test(f));
      for (const file of files.map((f) => join(folder, f))) {
        const text = await readFile(file);
        if (text.length < LEAST_BYTES) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        await writeFile(`${file}.br`, await brotli(text, { params }));
        await writeFile(`${file}.gz`, await gz(text, { level: 9 }));
      }
    },
  };
}
