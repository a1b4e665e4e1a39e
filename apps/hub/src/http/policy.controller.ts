import { Body, Controller, Get, Put } from '@nestjs/common';
import { InjectQueue } from '@nestjs/bullmq';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Queue } from 'bullmq';
import { type Actor, AuditedWrites } from '#access';
import { QUEUES } from '#canonical';
import { Policies, type PolicyRow, type RecomputeRow, Recomputes, SURVIVORSHIP_RULES } from '#clients';
import { bilingual } from '#platform';
import { z } from 'zod';
import { By, Needs } from './auth.guard.js';
import { count, fieldName, iso, timestamp } from './schemas.js';

const rules = z
  .array(z.enum(SURVIVORSHIP_RULES))
  .min(1)
  .refine((all) => new Set(all).size === all.length, bilingual('needed: each rule once', '需要每条规则只出现一次'))
  .meta({ description: 'The first that tells two records apart decides' });
const policyView = z
  .object({
    version: z.int().meta({ description: '0 is the shipped one' }),
    state: z.enum(['active', 'retired']),
    order: rules,
    fields: z.record(z.string(), rules),
    createdBy: z.string().nullable(),
    createdAt: timestamp.nullable(),
  })
  .meta({ id: 'SurvivorshipPolicy', description: 'By which rules a field is decided; a pin stands above them' });
const policyBody = z
  .strictObject({
    version: z.int().min(0).meta({ description: 'The version in force that was seen' }),
    order: rules,
    fields: z.record(fieldName, rules).default({}),
  })
  .meta({ id: 'PutSurvivorshipPolicy' });
const recomputeView = z
  .object({
    id: z.int(),
    cause: z.enum(['policy', 'system', 'upgrade']),
    state: z.enum(['waiting', 'running', 'done']),
    askedBy: z.string(),
    askedAt: timestamp,
    done: count,
    total: count.nullable(),
    changed: count,
    failure: z.string().nullable(),
    finishedAt: timestamp.nullable(),
  })
  .meta({ id: 'Recompute', description: 'Every client is computed anew; how far that is' });

const RECOMPUTES_SHOWN = 20;

/** Which of several values a client shows: the firm's policy, and the work that a change of it causes. */
@ApiTags('survivorship')
@Controller('survivorship')
export class PolicyController {
  constructor(
    private readonly policies: Policies,
    private readonly recomputes: Recomputes,
    private readonly writes: AuditedWrites,
    @InjectQueue(QUEUES.survivorship) private readonly queue: Queue,
  ) {}

  @Get('policy')
  @ApiOperation({ operationId: 'getSurvivorshipPolicy', summary: 'The policy in force' })
  @ApiResponse({ status: 200, standardSchema: policyView })
  async active() {
    return viewPolicy(await this.policies.active());
  }

  @Get('policies')
  @ApiOperation({ operationId: 'listSurvivorshipPolicies', summary: 'All versions, newest first' })
  @ApiResponse({
    status: 200,
    standardSchema: z.object({ items: z.array(policyView) }).meta({ id: 'SurvivorshipPolicyList' }),
  })
  async list() {
    return { items: (await this.policies.list()).map(viewPolicy) };
  }

  @Put('policy')
  @Needs('admin')
  @ApiOperation({
    operationId: 'putSurvivorshipPolicy',
    summary: 'Put a policy in force, as a new version; every client is computed anew in the background',
  })
  @ApiResponse({ status: 200, standardSchema: policyView })
  async put(@Body({ schema: policyBody }) { version, ...policy }: z.output<typeof policyBody>, @By() actor: Actor) {
    return this.writes.run(actor, 'survivorship.policy', async (tx) => {
      const row = await this.policies.put(tx, version, policy, actor.login);
      tx.afterCommit(() => void this.queue.add('recompute', {}).catch(() => {}));
      return { object: `survivorship_policy/${row.version}`, detail: policy, result: viewPolicy(row) };
    });
  }

  @Get('recomputes')
  @ApiOperation({ operationId: 'listRecomputes', summary: 'The latest passes over every client, and how far they are' })
  @ApiResponse({
    status: 200,
    standardSchema: z.object({ items: z.array(recomputeView) }).meta({ id: 'RecomputeList' }),
  })
  async passes() {
    return { items: (await this.recomputes.list(RECOMPUTES_SHOWN)).map(viewRecompute) };
  }
}

function viewPolicy(p: PolicyRow): z.input<typeof policyView> {
  return {
    version: p.version,
    state: p.state,
    order: [...p.rules.order],
    fields: Object.fromEntries(Object.entries(p.rules.fields).map(([field, order]) => [field, [...order]])),
    createdBy: p.createdBy,
    createdAt: iso(p.createdAt),
  };
}

function viewRecompute(r: RecomputeRow): z.input<typeof recomputeView> {
  return {
    id: r.id,
    cause: r.cause,
    state: r.finishedAt !== null ? 'done' : r.total === null ? 'waiting' : 'running',
    askedBy: r.askedBy,
    askedAt: iso(r.askedAt),
    done: r.done,
    total: r.total,
    changed: r.changed,
    failure: r.failure,
    finishedAt: iso(r.finishedAt),
  };
}
