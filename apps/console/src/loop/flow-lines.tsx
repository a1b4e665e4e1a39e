import { useLayoutEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Island, LoopCampaign } from '../api/generated/hub.schemas.js';
import { type Drawing, drawingOf } from './flow-geometry.js';

interface Props {
  /** What holds the nodes; null before it is there. */
  readonly frame: HTMLDivElement | null;
  readonly islands: readonly Island[];
  /** Systems that the campaign acts on. */
  readonly acting: ReadonlyMap<string, number>;
  readonly campaign: LoopCampaign;
}

/** The lines of the picture, behind its nodes. They follow the nodes wherever the layout puts them. */
export function FlowLines({ frame, islands, acting, campaign }: Props) {
  const { t } = useTranslation();
  const drawing = useDrawing(frame, islands.map((i) => i.code).join(' '));
  if (!drawing) return null;
  const running = campaign?.state === 'running';
  return (
    <>
      <svg className="flow-lines" width={drawing.width} height={drawing.height} aria-hidden="true">
        <defs>
          <marker
            id="arrow"
            viewBox="0 0 8 8"
            refX="6.5"
            refY="4"
            markerWidth="8"
            markerHeight="8"
            markerUnits="userSpaceOnUse"
            orient="auto"
          >
            <path d="M1 1 6.5 4 1 7" />
          </marker>
        </defs>
        {islands.map((i) => {
          const path = drawing.inbound[i.code];
          return (
            path && (
              <Line
                key={i.code}
                path={path}
                moving={i.recordsPerSecond}
                broken={i.error !== null || i.state === 'paused'}
              />
            )
          );
        })}
        {drawing.across && <Line path={drawing.across} moving={running ? 1 : 0} faint={!campaign} arrow />}
        {drawing.downstream && <Line path={drawing.downstream} moving={0} arrow />}
        {islands.map((i) => {
          const path = drawing.outbound[i.code];
          return path && acting.has(i.code) && <Line key={i.code} path={path} moving={running ? 1 : 0} arrow />;
        })}
      </svg>
      {drawing.captions.inbound && (
        <span className="flow-caption" style={drawing.captions.inbound} aria-hidden="true">
          {t('loop.inbound')}
        </span>
      )}
      {acting.size > 0 && drawing.captions.outbound && (
        <span className="flow-caption" style={drawing.captions.outbound} aria-hidden="true">
          {t('loop.outbound')}
        </span>
      )}
    </>
  );
}

interface LineProps {
  readonly path: string;
  /** Records or actions per second; what moves is shown moving, the faster the more. */
  readonly moving: number;
  readonly broken?: boolean;
  readonly faint?: boolean;
  readonly arrow?: boolean;
}

function Line({ path, moving, broken, faint, arrow }: LineProps) {
  const pace = moving >= 50 ? 'fast' : moving >= 5 ? 'steady' : 'slow';
  return (
    <g className={`line${broken ? ' line-broken' : ''}${faint ? ' line-faint' : ''}`}>
      <path d={path} {...(arrow ? { markerEnd: 'url(#arrow)' } : {})} />
      {moving > 0 && !broken && <path className={`line-moving line-${pace}`} d={path} />}
    </g>
  );
}

/** Measures the nodes whenever one of them, or the frame, changes its size. */
function useDrawing(frame: HTMLDivElement | null, codes: string): Drawing | undefined {
  const [drawing, setDrawing] = useState<Drawing>();
  useLayoutEffect(() => {
    if (!frame) return undefined;
    const draw = () => setDrawing(drawingOf(frame));
    const observer = new ResizeObserver(draw);
    observer.observe(frame);
    for (const node of frame.querySelectorAll('[data-node]')) observer.observe(node);
    draw();
    return () => observer.disconnect();
  }, [frame, codes]);
  return drawing;
}
