import { Module } from '@nestjs/common';
import { CampaignsModule } from '#campaigns';
import { LoopService } from './loop.service.js';

@Module({ imports: [CampaignsModule], providers: [LoopService], exports: [LoopService] })
export class InsightModule {}
