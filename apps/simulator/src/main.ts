import { allSettings, simulatorSettings } from '#config';
import { endProcess, readSettings, SettingsError } from '#platform';
import { parseDirt } from './people/dirt.js';
import { type RunningFirm, startFirm } from './firm.js';

let firm: RunningFirm | undefined;
let stopping: Promise<void> | undefined;

function stop(): Promise<void> {
  return (stopping ??= (firm?.close() ?? Promise.resolve()).then(
    () => endProcess(0),
    (e: unknown) => {
      console.error(e);
      endProcess(1);
    },
  ));
}

// While it starts, a wish to stop is kept until everything that must be stopped is known.
let wanted = false;
const wish = () => {
  wanted = true;
  if (firm) void stop();
};
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, wish);
// The program that started this one is gone: so is the reason to go on.
if (process.send) process.on('disconnect', wish);

try {
  const s = readSettings(simulatorSettings, process.env, allSettings);
  firm = await startFirm({ ...s, dirt: parseDirt(s.dirt), asOf: new Date(), onError: (e) => console.error(e) });
  if (wanted) await stop();
  console.log(JSON.stringify({ ready: true, control: firm.control }));
} catch (e) {
  console.error(e instanceof SettingsError ? e.message : e);
  endProcess(1);
}
