import { Module } from '@nestjs/common';
import { ActionsService } from './actions.service.js';
import { OutcomesService } from './outcomes.service.js';
import { TargetsService } from './targets.service.js';

/** The ledger's passive side. `Performer`, which sends, is provided by the worker role. */
@Module({
  providers: [ActionsService, OutcomesService, TargetsService],
  exports: [ActionsService, OutcomesService, TargetsService],
})
export class EffectsModule {}
