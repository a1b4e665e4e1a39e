import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Segment, SegmentVersion } from './segment.entity.js';
import { SegmentsService } from './segments.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Segment, SegmentVersion])],
  providers: [SegmentsService],
  exports: [SegmentsService],
})
export class SegmentsModule {}
