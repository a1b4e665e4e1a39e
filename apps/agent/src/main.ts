import 'reflect-metadata';
import { agentSettings, allSettings } from '#config';
import { endProcess, readSettings, SettingsError } from '#platform';
import { startAgent } from './start.js';

let agent: { stop(): Promise<void> } | undefined;
let stopping: Promise<void> | undefined;

function stop(): Promise<void> {
  return (stopping ??= (agent?.stop() ?? Promise.resolve()).then(
    () => endProcess(0),
    (e: unknown) => {
      console.error(e);
      endProcess(1);
    },
  ));
}

// Before anything is started: a signal during start-up ends the process.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());

// A parent that watches over this process is gone: so is the reason to go on.
if (process.send) process.on('disconnect', () => void stop());

try {
  agent = await startAgent(readSettings(agentSettings, process.env, allSettings));
} catch (e) {
  console.error(e instanceof SettingsError ? e.message : e);
  endProcess(1);
}
