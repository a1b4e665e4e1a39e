import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { setTimeout as sleep } from 'node:timers/promises';
import { carryOutDisturbed, toCome } from '../support/disturbed-campaign.js';
import { dice } from '../support/dice.js';
import { FirmAndHub } from '../support/firm-and-hub.js';
import { onBothQueues } from '../support/servers.js';

const KILLS = 10;
const random = dice();

onBothQueues('kill -9 of the hub at random moments of a running campaign', (queue) => {
  let both: FirmAndHub;

  beforeAll(async () => {
    both = await FirmAndHub.start({ clients: 2500, queue });
  });
  afterAll(() => both.stop());

  it('loses no action and makes none twice, counted at the peers', async () => {
    const { process } = both.hub;
    await carryOutDisturbed(both, async () => {
      for (let i = 0; i < KILLS; i++) {
        await sleep(200 + random() * 1200);
        await process.kill();
        // The last kill, too, has something to break.
        expect((await toCome(both)).unsent).toBeGreaterThan(0);
        await process.start();
      }
    });
  }, 330_000);
});
