"""The facility's page by Streamlit."""

import streamlit as st

from benchmarks.viewer_peer import asked, figures, headline

estate, facility, year, _ = asked()
st.title(f"{facility} {year}")
for name, value in headline(estate, facility, year):
    st.metric(name, value)
for place, figure in enumerate(figures(estate, facility, year)):
    st.plotly_chart(figure, key=str(place))
