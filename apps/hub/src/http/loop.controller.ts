import { Controller, Get, Headers, type MessageEvent, Query, Req, Sse } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';
import { Observable } from 'rxjs';
import { AccessService, ApiKeys } from '#access';
import { LoopService } from '#insight';
import { Metrics, platformErrors } from '#platform';
import { z } from 'zod';
import { stillSignedIn } from './auth.guard.js';
import { isPlace, LoopFeed } from './loop-feed.js';
import { loopView, snapshotView } from './loop-view.js';

@ApiTags('insight')
@Controller()
export class LoopController {
  constructor(
    private readonly loop: LoopService,
    private readonly feed: LoopFeed,
    private readonly access: AccessService,
    private readonly keys: ApiKeys,
    private readonly metrics: Metrics,
  ) {}

  @Get('loop')
  @ApiOperation({ operationId: 'getLoop', summary: 'The whole loop now: islands, campaign, outcome against control' })
  @ApiResponse({ status: 200, standardSchema: loopView })
  async get(): Promise<z.output<typeof loopView>> {
    return snapshotView(await this.loop.snapshot());
  }

  /**
   * Server-sent events. `loop` messages are snapshots, twice a second; `event` messages are what happened. Every
   * message's id is a place in the feed of events: who comes back with the last one, as Last-Event-ID or, from a new
   * EventSource, as `after`, misses none. `end` comes when the session has ended, and is the last message. Watching
   * does not keep a session from idling.
   */
  @Sse('stream')
  @ApiOperation({
    operationId: 'stream',
    summary: 'The loop and its events, live (text/event-stream); resume with Last-Event-ID, or `after`',
  })
  @ApiQuery({ name: 'after', required: false, type: String, description: 'The id of the last message that was seen' })
  @ApiResponse({ status: 200, description: 'text/event-stream of `loop`, `event`, `beat` and `end` messages' })
  stream(
    @Req() request: FastifyRequest,
    @Headers('last-event-id') lastEventId?: string,
    @Query('after') after?: string,
  ): Observable<MessageEvent> {
    if (after !== undefined && !isPlace(after)) throw platformErrors.CURSOR_WRONG({ cursor: after });
    // A browser sends the header by itself and cannot mend it; what is no place of ours starts with the newest.
    const last = lastEventId !== undefined && isPlace(lastEventId) ? lastEventId : after;
    return new Observable((subscriber) => {
      this.metrics.sseClients.inc();
      const stop = this.feed.subscribe({
        after: last,
        send: (message) => subscriber.next(message),
        welcome: () => stillSignedIn(this.access, this.keys, request),
        end: () => subscriber.complete(),
      });
      return () => {
        stop();
        this.metrics.sseClients.dec();
      };
    });
  }
}
