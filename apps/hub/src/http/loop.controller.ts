import { Controller, Get, Headers, Sse, type MessageEvent } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Observable } from 'rxjs';
import { LoopService } from '#insight';
import { Metrics } from '#platform';
import { z } from 'zod';
import { LoopFeed } from './loop-feed.js';
import { loopView, snapshotView } from './loop-view.js';

@ApiTags('insight')
@Controller()
export class LoopController {
  constructor(
    private readonly loop: LoopService,
    private readonly feed: LoopFeed,
    private readonly metrics: Metrics,
  ) {}

  @Get('loop')
  @ApiOperation({ operationId: 'getLoop', summary: 'The whole loop now: islands, campaign, outcome against control' })
  @ApiResponse({ status: 200, standardSchema: loopView })
  async get(): Promise<z.output<typeof loopView>> {
    return snapshotView(await this.loop.snapshot());
  }

  /**
   * Server-sent events. `loop` messages are snapshots, twice a second; `event` messages are what
   * happened, each with an id: a client that reconnects with Last-Event-ID misses none.
   */
  @Sse('stream')
  @ApiOperation({
    operationId: 'stream',
    summary: 'The loop and its events, live (text/event-stream); resume with Last-Event-ID',
  })
  @ApiResponse({ status: 200, description: 'text/event-stream of `loop` and `event` messages' })
  stream(@Headers('last-event-id') lastEventId?: string): Observable<MessageEvent> {
    return new Observable((subscriber) => {
      this.metrics.sseClients.inc();
      const stop = this.feed.subscribe(lastEventId, (message) => subscriber.next(message));
      return () => {
        stop();
        this.metrics.sseClients.dec();
      };
    });
  }
}
