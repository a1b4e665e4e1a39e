import 'reflect-metadata';
import { allSettings, hubSettings } from '#config';
import { endProcess, readSettings, SettingsError } from '#platform';
import { type RunningHub, startHub } from './start.js';

let hub: RunningHub | undefined;
let stopping: Promise<void> | undefined;

function stop(): Promise<void> {
  return (stopping ??= (hub?.stop() ?? Promise.resolve()).then(
    () => endProcess(0),
    (e: unknown) => {
      console.error(e);
      endProcess(1);
    },
  ));
}

// Before anything is started: a signal during start-up stops what has started by then.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => void stop());

// A parent that watches over this process (the demo, a test) is gone: so is the reason to go on.
if (process.send) process.on('disconnect', () => void stop());

try {
  hub = await startHub(readSettings(hubSettings, process.env, allSettings));
  const link = hub.access.signInToken ? `${hub.publicUrl}/sign-in/${hub.access.signInToken}` : hub.publicUrl;
  console.error(
    `\nIsthmus 连岛  ${hub.publicUrl}\nSign in (once, within 30 minutes) 登录（一次有效，30 分钟内）: ${link}\nStop with Ctrl-C 按 Ctrl-C 停止\n`,
  );
  if (stopping) await hub.stop();
} catch (e) {
  console.error(e instanceof SettingsError ? e.message : e);
  endProcess(1);
}
