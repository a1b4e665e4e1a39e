// Parses an AsyncAPI document from standard input with the official parser, outside Jest (which takes a minute to load
// it), and prints what it found.
import { readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';

const { document, diagnostics } = await new Parser().parse(readFileSync(0, 'utf8'));
process.stdout.write(
  JSON.stringify({
    version: document?.version(),
    messages:
      document
        ?.messages()
        .all()
        .map((m) => m.name()) ?? [],
    faults: diagnostics.filter((d) => [0, 1].includes(d.severity)).map((d) => `${d.path.join('.')}: ${d.message}`),
  }),
);
