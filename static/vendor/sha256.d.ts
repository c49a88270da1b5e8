export { SHA256 } from '@stablelib/sha256'
