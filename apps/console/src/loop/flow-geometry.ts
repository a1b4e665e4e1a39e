/** What FlowLines draws, in pixels of the frame. Paths are SVG path data, by system code where there are several. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly inbound: Readonly<Record<string, string>>;
  readonly outbound: Readonly<Record<string, string>>;
  readonly across: string | undefined;
  readonly downstream: string | undefined;
  readonly captions: { readonly inbound?: Place; readonly outbound?: Place };
}

interface Place {
  readonly left: number;
  readonly top: number;
}

interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly middle: number;
  readonly centre: number;
}

const GAP = 7;
const CORNER = 14;
/** How far the way back runs from the frame's left and lower edge. */
const RAIL = 10;

/**
 * Where the lines go, from where the nodes are. Nodes side by side are joined by curves, and the way back runs under
 * everything and up the left side; nodes below each other, as on a phone, are joined straight down, with the way back
 * on the left.
 */
export function drawingOf(frame: HTMLElement): Drawing {
  const origin = frame.getBoundingClientRect();
  const boxes = new Map<string, Box>();
  for (const node of frame.querySelectorAll<HTMLElement>('[data-node]')) {
    const r = node.getBoundingClientRect();
    const box = {
      left: r.left - origin.left,
      right: r.right - origin.left,
      top: r.top - origin.top,
      bottom: r.bottom - origin.top,
    };
    boxes.set(node.dataset['node']!, {
      ...box,
      middle: (box.top + box.bottom) / 2,
      centre: (box.left + box.right) / 2,
    });
  }
  const hub = boxes.get('hub');
  const campaign = boxes.get('campaign');
  const downstream = boxes.get('downstream');
  const islands = [...boxes]
    .filter(([name]) => name.startsWith('island:'))
    .map(([name, box]) => [name.slice(7), box] as const);
  const size = { width: origin.width, height: origin.height };
  if (!hub || !campaign || !downstream || islands.length === 0)
    return { ...size, inbound: {}, outbound: {}, across: undefined, downstream: undefined, captions: {} };
  const first = islands[0]![1];
  const wide = hub.left > first.right;
  return wide
    ? {
        ...size,
        inbound: Object.fromEntries(
          islands.map(([code, box], i) => [code, curve(box, hub, entry(hub, i, islands.length))]),
        ),
        outbound: Object.fromEntries(islands.map(([code, box]) => [code, wayBack(campaign, box, size.height - RAIL)])),
        across: `M${hub.right + GAP} ${hub.middle} H${campaign.left - GAP}`,
        downstream: `M${hub.centre} ${hub.bottom + GAP} V${downstream.top - GAP}`,
        captions: {
          inbound: {
            left: (first.right + hub.left) / 2,
            top: Math.min(first.middle, entry(hub, 0, islands.length)) - 18,
          },
          outbound: { left: hub.centre, top: size.height - RAIL },
        },
      }
    : {
        ...size,
        inbound: { [islands.at(-1)![0]]: `M${hub.centre} ${islands.at(-1)![1].bottom + GAP} V${hub.top - GAP}` },
        outbound: Object.fromEntries(islands.map(([code, box]) => [code, upTheSide(campaign, box)])),
        across: `M${hub.centre} ${hub.bottom + GAP} V${campaign.top - GAP}`,
        downstream: `M${hub.centre} ${campaign.bottom + GAP} V${downstream.top - GAP}`,
        captions: {},
      };
}

/** The height at which an island's line enters the hub. */
function entry(hub: Box, i: number, of: number): number {
  return hub.top + ((hub.bottom - hub.top) * (i + 1)) / (of + 1);
}

/** From an island's right side into the hub's left side. */
function curve(from: Box, hub: Box, y2: number): string {
  const x1 = from.right + GAP;
  const x2 = hub.left - GAP;
  const bend = (x2 - x1) * 0.55;
  return `M${x1} ${from.middle} C${x1 + bend} ${from.middle} ${x2 - bend} ${y2} ${x2} ${y2}`;
}

/** From under the campaign, along the lower edge, up the left side and into the island. */
function wayBack(campaign: Box, to: Box, y: number): string {
  const x = RAIL;
  return [
    `M${campaign.centre} ${campaign.bottom + GAP}`,
    `V${y - CORNER} Q${campaign.centre} ${y} ${campaign.centre - CORNER} ${y}`,
    `H${x + CORNER} Q${x} ${y} ${x} ${y - CORNER}`,
    `V${to.middle + CORNER} Q${x} ${to.middle} ${x + CORNER} ${to.middle}`,
    `H${to.left - GAP}`,
  ].join(' ');
}

/** The same where everything stands in one column. */
function upTheSide(campaign: Box, to: Box): string {
  const x = 5;
  const r = 8;
  return `M${campaign.left - 2} ${campaign.middle} H${x + r} Q${x} ${campaign.middle} ${x} ${campaign.middle - r} V${to.middle + r} Q${x} ${to.middle} ${x + r} ${to.middle} H${to.left - 3}`;
}
