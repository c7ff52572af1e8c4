/** What the faults that are on mean for one validator: plain computation, so that it can be told anew at any time. */

import type { Hex } from '../../primitives/bytes.ts'
import { BEACON } from '../../primitives/ids.ts'
import type { ChainSelection, LinkFault, NodeFaults } from '../../primitives/node-faults.ts'
import type { ActiveFault } from './fault-book.ts'

export interface FaultPeer {
  /** Name of its process. */
  readonly process: string
  readonly networkKey: Hex
}

type OfKind<Kind extends ActiveFault['kind']> = Extract<ActiveFault, { readonly kind: Kind }>

/** `rollupIds` by name; a rollup that isn't there suffers nothing. */
export function faultsOfNode(
  active: readonly ActiveFault[],
  process: string,
  peers: readonly FaultPeer[],
  rollupIds: ReadonlyMap<string, number>,
): NodeFaults {
  const others = peers.filter((peer) => peer.process !== process)
  const isOwn = (fault: { readonly processes: readonly string[] }) => fault.processes.includes(process)
  const withholds = ofKind(active, 'withhold').filter(isOwn)
  const chainsOf = (faults: readonly ChainsNamed[]) =>
    unionOf(faults.map((one) => selectionOf(one, rollupIds)))
  return {
    links: others.flatMap((peer) => linkFault(active, process, peer) ?? []),
    diskDelayMs: ofKind(active, 'slow-disk').findLast(isOwn)?.ms ?? 0,
    equivocates: chainsOf(ofKind(active, 'equivocate').filter(isOwn)),
    withholdsFromMost: chainsOf(withholds.filter(({ from = 'most' }) => from === 'most')),
    withholdsFromAll: chainsOf(withholds.filter(({ from }) => from === 'all')),
  }
}

function linkFault(
  active: readonly ActiveFault[],
  from: string,
  { process: to, networkKey: peer }: FaultPeer,
): LinkFault | null {
  const isAbout = (fault: OfKind<'delay' | 'drop'>) =>
    fault.processes.includes(from) && (fault.to?.includes(to) ?? true)
  const delay = ofKind(active, 'delay').findLast(isAbout)
  const drop = ofKind(active, 'drop').findLast(isAbout)
  const isCut = ofKind(active, 'partition').some((fault) => separates(fault, from, to))
  if (delay === undefined && drop === undefined && !isCut) return null
  return {
    peer,
    delayMs: delay?.ms ?? 0,
    jitterMs: delay?.jitterMs ?? 0,
    lossPercent: isCut ? 100 : (drop?.percent ?? 0),
  }
}

/** Whether nothing gets through in this direction. */
function separates({ groups, oneWay }: OfKind<'partition'>, from: string, to: string): boolean {
  const sender = groups.findIndex((group) => group.includes(from))
  const receiver = groups.findIndex((group) => group.includes(to))
  if (groups.length === 1) return sender !== receiver && (!oneWay || sender === 0)
  if (sender === -1 || receiver === -1) return false
  return oneWay ? sender < receiver : sender !== receiver
}

interface ChainsNamed {
  readonly rollups?: readonly string[] | undefined
  readonly beacon?: boolean | undefined
}

/** Where none is named, all are meant. */
function selectionOf(
  { rollups = [], beacon = false }: ChainsNamed,
  ids: ReadonlyMap<string, number>,
): ChainSelection {
  if (rollups.length === 0 && !beacon) return 'all'
  return [...(beacon ? [BEACON] : []), ...rollups.flatMap((name) => ids.get(name) ?? [])]
}

function unionOf(selections: readonly ChainSelection[]): ChainSelection {
  const named = selections.filter((selection) => selection !== 'all')
  return named.length < selections.length ? 'all' : [...new Set(named.flat())]
}

function ofKind<Kind extends ActiveFault['kind']>(
  active: readonly ActiveFault[],
  kind: Kind,
): OfKind<Kind>[] {
  return active.filter((fault): fault is OfKind<Kind> => fault.kind === kind)
}
