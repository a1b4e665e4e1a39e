import { Platform1764000000000 } from './1764000000000-platform.js';
import { Systems1764000000001 } from './1764000000001-systems.js';
import { Inbox1764000000002 } from './1764000000002-inbox.js';
import { Clients1764000000003 } from './1764000000003-clients.js';
import { Segments1764000000004 } from './1764000000004-segments.js';
import { Campaigns1764000000005 } from './1764000000005-campaigns.js';
import { Webhooks1764000000006 } from './1764000000006-webhooks.js';
import { Access1764000000007 } from './1764000000007-access.js';
import { PolledOutcomes1764000000008 } from './1764000000008-polled-outcomes.js';
import { Plans1764000000010 } from './1764000000010-plans.js';
import { Retention1764000000030 } from './1764000000030-retention.js';
import { Identity1764000000050 } from './1764000000050-identity.js';
import { Survivorship1764000000060 } from './1764000000060-survivorship.js';
import { ClientSearch1764000000070 } from './1764000000070-client-search.js';
import { EndedPins1764000000090 } from './1764000000090-ended-pins.js';
import { KeyRotation1764000000091 } from './1764000000091-key-rotation.js';
import { JoinSurges1764000000100 } from './1764000000100-join-surges.js';
import { IdentityAudits1764000000110 } from './1764000000110-identity-audits.js';
import { BlockedValues1764000000120 } from './1764000000120-blocked-values.js';
import { Delivery17640000000040 } from './17640000000040-delivery.js';
import { Kafka17640000000080 } from './17640000000080-kafka.js';
import { AnswerHeaders17640000000081 } from './17640000000081-answer-headers.js';

/** Every migration, in order. A migration that has been released is never edited. */
export const migrations = [
  Platform1764000000000,
  Systems1764000000001,
  Inbox1764000000002,
  Clients1764000000003,
  Segments1764000000004,
  Campaigns1764000000005,
  Webhooks1764000000006,
  Access1764000000007,
  PolledOutcomes1764000000008,
  Plans1764000000010,
  Retention1764000000030,
  Identity1764000000050,
  Survivorship1764000000060,
  ClientSearch1764000000070,
  EndedPins1764000000090,
  KeyRotation1764000000091,
  JoinSurges1764000000100,
  IdentityAudits1764000000110,
  BlockedValues1764000000120,
  Delivery17640000000040,
  Kafka17640000000080,
  AnswerHeaders17640000000081,
];
