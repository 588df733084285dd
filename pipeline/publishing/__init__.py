"""How a night becomes visible: all deliverables at once or none.

Judged tables go in; the report page, letters to customers, exports for ERP and CRM and blank workbooks come out,
and a staged folder becomes the published one (`publish`).
"""
