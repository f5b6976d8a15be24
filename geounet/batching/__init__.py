"""Archives: many scenes through one model, in a run that may be interrupted, resumed, watched and spread over machines."""
