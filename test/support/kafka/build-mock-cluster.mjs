// Builds the program in mock-cluster.c once a machine, and prints where it is. librdkafka comes with Confluent's npm
// package, as source; it is built here because Debian's (2.0) answers an older protocol than a client of today asks.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = '@confluentinc/kafka-javascript@1.10.1';
const SHA512 = 'KVePUBn21EqCVP9mfxzEuM3SYJHHEF7X+iiC2e43QQgDSyEaksInmCGooT3w5q+cNAdkSCrK71j0ICfqoSqZLw==';
const HANDLERS = 'src/rdkafka_mock_handlers.c';

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, 'mock-cluster.c');
const version = createHash('sha256')
  .update(readFileSync(source))
  .update(readFileSync(fileURLToPath(import.meta.url)))
  .digest('hex')
  .slice(0, 16);
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'isthmus', 'kafka');
const library = join(cache, `${SHA512.slice(0, 12).replaceAll(/\W/g, '')}-librdkafka`);
const program = join(cache, `mock-cluster-${version}`);

if (!existsSync(program)) {
  mkdirSync(cache, { recursive: true });
  if (!existsSync(library)) buildLibrary();
  const made = `${program}.${process.pid}`;
  execFileSync('gcc', [
    '-O1',
    `-I${library}`,
    source,
    join(library, 'librdkafka.a'),
    '-o',
    made,
    '-lpthread',
    '-lm',
    '-ldl',
    '-lrt',
  ]);
  renameSync(made, program);
}
process.stdout.write(`${program}\n`);

function buildLibrary() {
  const dir = mkdtempSync(join(tmpdir(), 'isthmus-librdkafka-'));
  try {
    const [{ filename }] = JSON.parse(execFileSync('npm', ['pack', '--json', PACKAGE], { cwd: dir, encoding: 'utf8' }));
    const tarball = readFileSync(join(dir, filename));
    const sum = createHash('sha512').update(tarball).digest('base64');
    if (sum !== SHA512) throw new Error(`${PACKAGE} is not the one that was looked at: sha512-${sum}`);
    execFileSync('tar', ['xzf', filename], { cwd: dir });
    const cwd = join(dir, 'package', 'deps', 'librdkafka');
    mend(join(cwd, HANDLERS));
    const off = ['ssl', 'gssapi', 'zlib', 'zstd', 'lz4-ext', 'curl', 'optimization'].map((x) => `--disable-${x}`);
    execFileSync('./configure', off, { cwd, stdio: 'ignore' });
    execFileSync('make', ['-C', 'src', `-j${availableParallelism()}`, 'librdkafka.a'], { cwd, stdio: 'ignore' });
    const made = mkdtempSync(join(cache, 'library-'));
    execFileSync('cp', ['src/librdkafka.a', 'src/rdkafka.h', 'src/rdkafka_mock.h', made], { cwd });
    renameSync(made, library);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/**
 * The mock cluster knows ApiVersions to version 2; of version 3, which its own comments call half done, it leaves out the
 * tagged fields and counts the array by one too few (KIP-482). Clients that begin with 3 need both.
 */
function mend(file) {
  let text = readFileSync(file, 'utf8');
  for (const [before, after] of [
    [
      'MaxVersion);\n\n                cnt++;',
      'MaxVersion);\n                if (rkbuf->rkbuf_reqhdr.ApiVersion >= 3)\n                        rd_kafka_buf_write_i8(resp, 0);\n                cnt++;',
    ],
    ['rd_kafka_buf_update_i8(resp, of_ApiKeysCnt, cnt);', 'rd_kafka_buf_update_i8(resp, of_ApiKeysCnt, cnt + 1);'],
    [
      '/* ThrottletimeMs */\n                rd_kafka_buf_write_i32(resp, 0);\n        }\n\n        rd_kafka_mock_connection_send_response(mconn, resp);',
      '/* ThrottletimeMs */\n                rd_kafka_buf_write_i32(resp, 0);\n        }\n        if (rkbuf->rkbuf_reqhdr.ApiVersion >= 3)\n                rd_kafka_buf_write_i8(resp, 0);\n\n        rd_kafka_mock_connection_send_response(mconn, resp);',
    ],
  ]) {
    if (text.split(before).length !== 2) throw new Error(`${file} is not as it was: ${before}`);
    text = text.replace(before, after);
  }
  writeFileSync(file, text);
}
