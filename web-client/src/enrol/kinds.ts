export type DocumentKind = 'resident' | 'permit' | 'passport';
