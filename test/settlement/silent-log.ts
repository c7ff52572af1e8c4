import { createLogger } from '../../src/platform/logger.ts'

/** BEACON_TEST_LOG=debug shows what the code under test says. */
export const log = createLogger({ level: process.env.BEACON_TEST_LOG === 'debug' ? 'debug' : 'silent' })
