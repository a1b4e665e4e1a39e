import { useTranslation } from 'react-i18next';
import type { ReviewContested } from '../api/generated/hub.schemas.js';
import { EvidenceTable } from '../identity/evidence-table.js';

/** What speaks for the record being of the one client, and what for the other. */
export function ContestedRecord({ contested }: { contested: NonNullable<ReviewContested> }) {
  const { t } = useTranslation();
  return (
    <div className="contested">
      {(['left', 'right'] as const).map((side) => (
        <section key={side}>
          <h3>{t(`review.evidence_${side}`)}</h3>
          <EvidenceTable evidence={contested[side]} />
        </section>
      ))}
    </div>
  );
}
