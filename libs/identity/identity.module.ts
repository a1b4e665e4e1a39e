import { Module } from '@nestjs/common';
import { Audits } from './audit/audits.service.js';
import { BlockedValues } from './blocked/blocked-values.service.js';
import { Decisions } from './decide/decisions.service.js';
import { IdentityCards } from './decide/identity-card.service.js';
import { Reviews } from './decide/reviews.service.js';
import { ActiveModel } from './models/active-model.js';
import { Models } from './models/models.service.js';
import { ModelWork } from './models/model-work.service.js';
import { Surges } from './surge/surges.service.js';
import { Resolver } from './resolve/resolver.js';

const services = [
  ActiveModel,
  Resolver,
  Decisions,
  Reviews,
  IdentityCards,
  Models,
  ModelWork,
  Surges,
  BlockedValues,
  Audits,
];

@Module({ providers: services, exports: services })
export class IdentityModule {}
