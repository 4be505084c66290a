/** Where the machine interface stands on this installation. */
export const BASE_PATH = '/api/v1'
