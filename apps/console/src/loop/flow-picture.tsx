import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Loop } from '../api/generated/hub.schemas.js';
import { CampaignNode } from './campaign-node.js';
import { DownstreamNode } from './downstream-node.js';
import { FlowLines } from './flow-lines.js';
import { HubNode } from './hub-node.js';
import { IslandRow } from './island-row.js';
import '../styles/flow.css';

/**
 * The loop as a picture: islands on the left, the hub with its clients in the middle, the campaign on the right, and
 * the way back from the campaign to the same islands. The nodes are ordinary text; the lines are drawn behind them.
 */
export function FlowPicture({ loop, rates }: { loop: Loop; rates: Readonly<Record<string, readonly number[]>> }) {
  const { t } = useTranslation();
  const [frame, setFrame] = useState<HTMLDivElement | null>(null);
  const sentTo = new Map<string, number>();
  for (const step of loop.campaign?.funnel ?? []) sentTo.set(step.system, (sentTo.get(step.system) ?? 0) + step.sent);
  return (
    <div className="flow" ref={setFrame}>
      <FlowLines frame={frame} islands={loop.islands} acting={sentTo} campaign={loop.campaign} />
      <section className="flow-islands" aria-labelledby="islands">
        <h2 id="islands" className="kicker">
          {t('loop.islands')}
        </h2>
        <ul>
          {loop.islands.map((island) => (
            <IslandRow
              key={island.code}
              island={island}
              rates={rates[island.code] ?? []}
              sent={sentTo.get(island.code)}
            />
          ))}
        </ul>
      </section>
      <div className="flow-middle">
        <HubNode loop={loop} />
        <DownstreamNode deliveries={loop.deliveries} />
      </div>
      <CampaignNode campaign={loop.campaign} islands={loop.islands} />
    </div>
  );
}
