/** Set while bundling; sources that run unbundled are nobody's release. */
const VERSION = process.env.BEACON_VERSION ?? '0.0.0-source'

/** For web3_clientVersion. */
export const CLIENT_VERSION = `beacon/v${VERSION}`
