import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import ts from 'typescript';

const root = resolve(import.meta.dirname, '../..');
const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
};

/** Sources of a folder, without its tests. */
function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((e) => e.isFile() && /\.tsx?$/.test(e.name) && !/\.(spec|d)\.tsx?$/.test(e.name))
    .map((e) => join(e.parentPath, e.name))
    .filter((file) => !/\/(testing|generated|node_modules)\//.test(file));
}

/** Packages that a source needs when it runs: what is imported for its type alone is gone by then. */
function packagesOf(text: string): string[] {
  const { importedFiles } = ts.preProcessFile(runnable(text), true, true);
  return importedFiles
    .map((f) => f.fileName)
    .filter((name) => !/^(\.|#|node:|\/|virtual:)/.test(name))
    .map((name) => (name.startsWith('@') ? name.split('/').slice(0, 2).join('/') : name.split('/')[0]!));
}

function runnable(text: string): string {
  const { outputText } = ts.transpileModule(text, {
    compilerOptions: {
      module: ts.ModuleKind.ESNext,
      target: ts.ScriptTarget.ESNext,
      jsx: ts.JsxEmit.ReactJSX,
      verbatimModuleSyntax: true,
      experimentalDecorators: true,
      emitDecoratorMetadata: true,
    },
  });
  return outputText;
}

function missing(folder: string, known: Record<string, string>): string[] {
  const found = sources(folder).flatMap((file) =>
    packagesOf(readFileSync(file, 'utf8'))
      .filter((name) => !Object.hasOwn(known, name))
      .map((name) => `${name} in ${file.slice(root.length + 1)}`),
  );
  return [...new Set(found)].toSorted();
}

describe('the packages that programs import', () => {
  it.each(['apps/hub', 'apps/agent', 'apps/simulator', 'libs', 'config'])(
    'of %s are there after "npm prune --omit=dev"',
    (folder) => {
      expect(sources(folder).length).toBeGreaterThan(0);
      expect(missing(folder, dependencies)).toEqual([]);
    },
  );

  it.each(['apps/console', 'test', 'scripts'])('of %s are named in package.json', (folder) => {
    expect(missing(folder, { ...dependencies, ...devDependencies })).toEqual([]);
  });

  it('are seen in every way of importing, but not those of types', () => {
    const text = `
      import a from 'one'; import '@two/three/four'; import type { B } from 'not';
      export { c } from 'five/six'; const d = await import('seven'); import { join } from 'node:path'; import e from '#platform';
      console.log(a, d, join, e as unknown as B);`;
    expect(packagesOf(text).toSorted()).toEqual(['@two/three', 'five', 'one', 'seven']);
  });
});
