export { type Resolution, resolveClients } from './resolve.js';
