"""Small series for tests."""

import numpy as np

from pipeline.stats.monitoring.trend.series import Series


def waves(years, values, variances=0.01):
    years = np.array(years, dtype=float)
    return Series(
        years=years,
        values=np.array(values, dtype=float),
        variances=np.broadcast_to(np.array(variances, dtype=float), years.shape).copy(),
    )
