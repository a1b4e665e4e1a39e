import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { EffectsModule } from '#effects';
import { SegmentsModule } from '#segments';
import { AdvanceService } from './advance.service.js';
import { Approval, Campaign } from './campaign.entity.js';
import { CampaignsService } from './campaigns.service.js';
import { ResultsService } from './results.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Campaign, Approval]), SegmentsModule, EffectsModule],
  providers: [CampaignsService, AdvanceService, ResultsService],
  exports: [CampaignsService, AdvanceService, ResultsService],
})
export class CampaignsModule {}
