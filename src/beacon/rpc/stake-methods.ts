/** JSON-RPC about who has put what with whom. */

import { checkCount, readAddress } from '../../rpc/params.ts'
import type { Methods } from '../../rpc/server.ts'
import type { BeaconApplication } from '../application.ts'
import { toJson } from '../json.ts'
import { holdingsOf } from '../staking/holdings.ts'

export function stakeMethods(app: BeaconApplication): Methods {
  return {
    beacon_getHoldings: (params) => {
      checkCount(params, 1, 1)
      const account = readAddress(params[0], 'account')
      return toJson(holdingsOf(app.state, account, app.head.header.height))
    },
    beacon_getSupply: (params) => {
      checkCount(params, 0, 0)
      return toJson({ minted: app.state.minted(), burned: app.state.burned() })
    },
  }
}
