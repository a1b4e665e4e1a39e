import 'reflect-metadata';
import { agentSettings, allSettings } from '#config';
import { readSettings, SettingsError } from '#platform';
import { startAgent } from './start.js';

try {
  const agent = await startAgent(readSettings(agentSettings, process.env, allSettings));
  let stopping = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      void agent.stop().then(() => process.exit(0));
    });
} catch (e) {
  console.error(e instanceof SettingsError ? e.message : e);
  process.exit(1);
}
