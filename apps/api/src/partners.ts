/** Every adapter that this API can speak to partners with. */
export { adapters } from '#partners';
