/**
 * Which web pages may speak to a server of this machine. Browsers name the page in `Origin`, other clients send none. Without this
 * check any page on the web could reach a local node, by a plain POST or a WebSocket.
 */

const EXTENSIONS = ['chrome-extension:', 'moz-extension:', 'safari-web-extension:']

/** Pages of this machine and browser extensions (wallets); others only if listed, "*" standing for all. */
export function isOriginAllowed(origin: string | undefined, allowed: readonly string[]): boolean {
  if (origin === undefined || allowed.includes('*') || allowed.includes(origin)) return true
  if (!URL.canParse(origin)) return false
  const { protocol, hostname } = new URL(origin)
  if (EXTENSIONS.includes(protocol)) return true
  return (protocol === 'http:' || protocol === 'https:') && isLoopback(hostname)
}

function isLoopback(hostname: string): boolean {
  if (hostname === 'localhost' || hostname.endsWith('.localhost') || hostname === '[::1]') return true
  return /^127\.\d+\.\d+\.\d+$/.test(hostname)
}
