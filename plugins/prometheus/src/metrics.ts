/**
 * The metrics, with their names, units and labels. Labels take few values: rollups, rungs, validators and processes of one devnet. What a scrape finds
 * gone leaves its gauge, and its series ends.
 */

import { Counter, Gauge, Histogram, Registry } from 'prom-client'

export type Metrics = ReturnType<typeof createMetrics>

/** s. A soft confirmation takes tenths, a block that is final on a slow L1 twenty minutes. */
const CLIMB_BUCKETS = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_200]

export function createMetrics() {
  const registry = new Registry()
  const gauge = <const Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] })
  const counter = <const Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers: [registry] })
  return {
    registry,
    up: gauge('beacon_up', 'Whether the devnet answered when it was asked for this scrape.'),
    failures: counter(
      'beacon_collect_failures_total',
      'Parts of scrapes that the devnet did not answer.',
      'part',
    ),
    rollups: {
      height: gauge(
        'beacon_rollup_height',
        'Number of the newest block of a rollup at a rung.',
        'rollup',
        'rung',
      ),
      climb: new Histogram({
        name: 'beacon_rollup_climb_seconds',
        help: 'Time from the proposal of a block with transactions until it was at a rung.',
        labelNames: ['rollup', 'rung'] as const,
        buckets: CLIMB_BUCKETS,
        registers: [registry],
      }),
      transactions: counter(
        'beacon_rollup_transactions_total',
        'Transactions in soft-confirmed blocks since the exporter began.',
        'rollup',
      ),
      gas: counter(
        'beacon_rollup_gas_total',
        'Gas used in soft-confirmed blocks since the exporter began.',
        'rollup',
      ),
      unmeasured: counter(
        'beacon_rollup_unmeasured_blocks_total',
        'Blocks whose climb is not in the histogram, since too many were under way or their times unknown.',
        'rollup',
      ),
      uncounted: gauge(
        'beacon_rollup_uncounted_blocks',
        'Soft-confirmed blocks whose transactions the next scrapes will count.',
        'rollup',
      ),
    },
    layer: {
      height: gauge('beacon_layer_height', 'Height of the newest final block of the Beacon Layer.'),
      headTime: gauge(
        'beacon_layer_head_timestamp_seconds',
        'Unix time of the newest final block of the Beacon Layer.',
      ),
      epoch: gauge('beacon_layer_epoch', 'Present epoch of the Beacon Layer.'),
      pool: gauge('beacon_layer_pool_items', 'What waits for the next Beacon block, by kind.', 'kind'),
      validators: gauge('beacon_validators', 'Validators in the set of the present epoch.'),
      stake: gauge('beacon_validator_stake_tokens', 'Stake in the set of the present epoch.', 'validator'),
      weight: gauge(
        'beacon_validator_weight_tokens',
        'Weight in votes and draws: the stake, capped.',
        'validator',
      ),
      seats: gauge('beacon_committee_seats', 'Seats of the committee of a rollup.', 'rollup'),
      seat: gauge(
        'beacon_committee_seat',
        '1 for each validator that has a seat of a rollup.',
        'rollup',
        'validator',
      ),
      offences: counter(
        'beacon_offences_total',
        'Offences that the Beacon Layer has evidence of, by kind: NN, FF, XF, FN.',
        'offence',
      ),
    },
    l1Height: gauge('beacon_l1_height', 'Number of the newest block of the L1.'),
    processes: {
      up: gauge('beacon_process_up', 'Whether a process of the devnet runs and is ready.', 'process'),
      cpu: counter('beacon_process_cpu_seconds_total', 'CPU time of a process. Linux only.', 'process'),
      memory: gauge(
        'beacon_process_resident_memory_bytes',
        'Memory of a process that is in RAM. Linux only.',
        'process',
      ),
    },
  }
}
