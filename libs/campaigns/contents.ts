import type { ClientFacts } from '#effects';
import { Liquid, type Template } from 'liquidjs';

/**
 * Contents are Liquid templates over `client`. A variable that does not exist is an error, found before approval, not
 * an empty gap in a letter. Rendering is bounded: 100 ms and 1 MB per content.
 */
const engine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  renderLimit: 100,
  memoryLimit: 1e6,
  parseLimit: 1e6,
});

export type Contents = Readonly<Record<string, Template[]>>;

/** @throws Error naming the parameter and the place of the fault. */
export function parseContents(params: Readonly<Record<string, string>>): Contents {
  return Object.fromEntries(
    Object.entries(params).map(([name, template]) => {
      try {
        return [name, engine.parse(template)];
      } catch (e) {
        throw new Error(`${name}: ${e instanceof Error ? e.message : String(e)}`, { cause: e });
      }
    }),
  );
}

export function renderContents(contents: Contents, client: ClientFacts): Record<string, string> {
  return Object.fromEntries(
    Object.entries(contents).map(([name, t]) => [name, String(engine.renderSync(t, { client }))]),
  );
}

/** A client that has a value everywhere, for checking contents without anybody's data. */
export const EXAMPLE_CLIENT: ClientFacts = {
  id: '00000000-0000-0000-0000-000000000000',
  name: '陈晓',
  nameLatin: 'Chen Xiao',
  kind: 'person',
  gender: 'female',
  tier: 'gold',
  riskLevel: 'C3',
  branch: '上海浦东营业部',
  manager: 'M0001',
  attributes: {},
  contact: '+8613800000000',
};
