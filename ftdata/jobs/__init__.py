"""From a checked file to a trained model: jobs, their metrics, and the services' clients."""
